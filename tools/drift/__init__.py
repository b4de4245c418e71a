"""What the pages say, beside what there is: commands, keys, files, tables, links."""
