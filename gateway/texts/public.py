"""What is said to everybody unless a university says it otherwise: the privacy statement.

An empty line stands between paragraphs; a line that begins with ``#`` is a heading.
"""

from gateway.texts import Text

PRIVACY = Text(
    """\
# Chi tratta i dati
Il titolare del trattamento è {university}. Per ogni domanda sui propri dati ci si rivolge al
titolare o al suo responsabile della protezione dei dati, ai recapiti pubblicati sul sito
dell'ateneo.

# Perché e su quale base
I dati servono a trasferire la carriera di uno studente da un ateneo a un altro: domanda,
verifica, invio e ricezione del foglio di congedo, immatricolazione, riconoscimento degli esami. È
un compito di interesse pubblico (regolamento UE 2016/679, articolo 6, paragrafo 1, lettera e;
regio decreto 1269/1938, articolo 9; linee guida per l'Università digitale, 2012). Senza questi
dati il trasferimento non si può fare.

# Quali dati
Identità e recapiti, codice fiscale, titoli di studio, carriera universitaria con esami e tasse,
documenti allegati, e i messaggi scambiati fra i due atenei. Di chi usa queste pagine si
registrano gli accessi e le operazioni.

# A chi si comunicano
All'ateneo scelto dallo studente come destinazione e a quello di provenienza, e al registro
nazionale dei titoli per verificare quelli dichiarati. Non sono diffusi, non lasciano l'Unione
europea, non servono a decisioni automatiche.

# Per quanto tempo
Per il tempo stabilito dall'ateneo per ciascun tipo di dato; poi sono tolti automaticamente. Le
pratiche concluse e le delibere si conservano come gli altri atti della carriera.

# Come sono protetti
I dati personali sono cifrati nella base dati, gli scambi viaggiano cifrati, e ogni consultazione
di una pratica lascia traccia.

# I diritti
Chiunque può chiedere all'ateneo di vedere i propri dati, averne copia, correggerli, limitarne
l'uso, opporsi, e cancellarli quando la legge non impone di conservarli. Si può reclamare al
Garante per la protezione dei dati personali (www.garanteprivacy.it).

# Cookie
Queste pagine usano due soli cookie tecnici: uno tiene aperta la sessione, l'altro ricorda la
lingua. Non ci sono cookie di profilazione né di terze parti, e nessuna risorsa è presa da altri
siti.
""",
    """\
# Who processes the data
The controller is {university}. For any question about your own data write to the controller or to
its data protection officer, at the addresses published on the university's site.

# Why, and on which basis
The data serve to move a student's career from one university to another: request, checks, sending
and receipt of the foglio di congedo, enrolment, recognition of examinations. It is a task in the
public interest (regulation EU 2016/679, article 6(1)(e); royal decree 1269/1938, article 9;
guidelines for the digital university, 2012). Without these data the transfer cannot be made.

# Which data
Identity and contacts, codice fiscale, titles, university career with examinations and fees,
attached documents, and the messages exchanged by the two universities. Of those who use these
pages, accesses and operations are recorded.

# To whom they are told
To the university that the student chose as destination and to the one of origin, and to the
national registry of titles to verify those declared. They are not published, do not leave the
European Union, and serve no automated decision.

# For how long
For the time the university set for each kind; then they are removed automatically. Ended
practices and decisions are kept as the other records of a career.

# How they are protected
Personal data are encrypted in the database, exchanges travel encrypted, and whoever looks at a
practice leaves a trace.

# Rights
Everybody may ask the university to see their own data, to have a copy, to correct them, to limit
their use, to object, and to erase them where the law does not demand that they be kept. A
complaint may be made to the Garante per la protezione dei dati personali (www.garanteprivacy.it).

# Cookies
These pages use two technical cookies only: one keeps the session, the other remembers the
language. There are no profiling cookies and none of third parties, and nothing is loaded from
other sites.
""",
)
