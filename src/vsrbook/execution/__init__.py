"""Run the chapters: what must run and why, and running it in parallel processes."""
