"""Know the words by which sources in several languages call sexes, urban and rural, and totals."""

from __future__ import annotations


def _words(words: str) -> tuple[str, ...]:
    return tuple(words.split(","))


FEMALE = _words(
    "f,female,females,woman,women,femme,femmes,féminin,mujer,mujeres,femenino,mulher,mulheres,"
    "feminino,frauen,weiblich,женщины,женский,әйел,әйелдер,wanawake,kvinner,vrouwen,perempuan,"
    "женщина,vrouw,frau,femmina,femmine,donne,kvinne,kvinnor,kvinder,konur,naiset,kobiety,ženy,"
    "mke,abagore,女"
)
MALE = _words(
    "m,male,males,man,men,homme,hommes,masculin,hombre,hombres,masculino,homem,homens,männer,"
    "männlich,мужчины,мужской,ер,ерлер,ер адамдар,wanaume,menn,mannen,laki-laki,мужчина,mann,"
    "maschio,maschi,uomini,män,mænd,karlar,miehet,mężczyźni,muži,mume,abagabo,男"
)
URBAN = _words(
    "u,urban,urban area,urban areas,urbain,urbano,urbana,stadt,город,городская,городское,"
    "городская местность,қала,қалалық,mjini,by,urban population,city,town,городское население,"
    "городские,қала халқы,urbaine,zone urbaine,zona urbana,städtisch,stedelijk,umujyi"
)
RURAL = _words(
    "r,rural,rural area,rural areas,rurale,land,село,сельская,сельское,сельская местность,ауыл,"
    "ауылдық,vijijini,rural population,сельское население,сельские,ауыл халқы,zone rurale,"
    "zona rural,ländlich,landelijk,icyaro"
)
TOTALS = _words(
    "_t,_z,all,all ages,all persons,ambos sexos,both,both sexes,ensemble,gesamt,insgesamt,jumla,"
    "jumlah,les deux sexes,t,todas,todos,totaal,total,totals,totalt,tous,барлығы,всего,итого,"
    "оба пола,bothsex,all sexes,both genders,all genders,total population,male and female,"
    "все население,все возрасты,екі жыныс,ambos,alle,yhteensä,ogółem,celkem,igiteranyo,"
    "total gender,total location,total sex,total age,total area,national"
)
