// SPDX-License-Identifier: EUPL-1.2
import http from 'node:http';
import soap from 'soap';

const OK = { codEsito: 0, descEsito: 'OK' };
const many = (value) => (Array.isArray(value) ? value : [value]);
const text = (value) => (value && typeof value === 'object' ? value.$value : value) ?? '';

class Practices {
  steps = new Map();

  note(practice, state, words) {
    const step = { Stato: state, DataTransazione: '22/09/2026 10:11:12', Note: words };
    this.steps.set(practice, [...(this.steps.get(practice) ?? []), step]);
  }

  status = ({ IdPratica }) => {
    if (IdPratica === 'GUASTO') throw new Error('registro fuori servizio');
    if (IdPratica === 'SBAGLIATA') {
      const Fault = { faultcode: 'soap:Client', faultstring: 'chiamata sbagliata', statusCode: 500 };
      throw { Fault };
    }
    const steps = this.steps.get(IdPratica);
    const refusal = { codEsito: 1, descEsito: 'PRATICA NON TROVATA: città, né così' };
    return steps ? { esito: OK, Passi: { Passo: steps } } : { esito: refusal };
  };

  change = ({ IdPratica, StatoChange, Note, CorsoStudioCodD }) => {
    this.note(IdPratica, StatoChange, [text(Note), CorsoStudioCodD].filter(Boolean).join(' '));
    return { esito: OK };
  };
}

function offer({ Anno, Tipo_Tit_Univ }) {
  if (text(Anno) === '1999') return { esito: { codEsito: 7, descEsito: 'OFFERTA NON PUBBLICATA' } };
  const attributes = { classificazione: 'CODICIONE', descrizione: `Città & <affini> ${Anno}` };
  const course = {
    CodiceCorsoStudi: { codice: { attributes, $value: '0920207302400001' } },
    Classe: 'L-8',
    TipoDiCorso: Tipo_Tit_Univ,
    ScadenzaDomandaTrasferimento: '30092026',
    NumeroChiuso: 'SI',
  };
  const faculty = {
    Cod_Tipo_Facolta: '06',
    Desc_Tipo_Facolta: 'Ingegneria',
    Cdl: { CorsoDiStudio: [course] },
  };
  return { esito: OK, Elenco_Facolta: { Facolta_Tipo: [faculty] } };
}

function destination(practices) {
  return {
    Get_Offerta: offer,
    Get_InfoWorkflowTrasferimento: () => ({
      esito: OK,
      InfoWorkflow: {
        ModalitaTrasmissione: 'Parziale',
        ModalitaToken: 'D',
        AltreInfo: 'orario: 9–12',
        GiorniCompletamento: 45,
      },
    }),
    Put_ProcessoTrasferimento: ({ IdPratica, FoglioCongedo }) => {
      const { Cognome, DataNascita } = FoglioCongedo.DatiIdentificativiStudente;
      const born = DataNascita instanceof Date ? DataNascita.toISOString() : DataNascita;
      practices.note(IdPratica, 'RICEVUTA', `${Cognome} ${born.slice(0, 10)}`);
      return { esito: OK, ...(IdPratica.endsWith('SUBITO') ? { Token: '58968742' } : {}) };
    },
    Put_DatiTrasferimento: ({ IdPratica, FoglioCongedo, Causale, Note }) => {
      const exams = many(FoglioCongedo.CarrieraUniversitaria.Tratta)
        .flatMap((part) => many(part.EsamiSuperatiOFrequentati.Esame)).length;
      practices.note(IdPratica, 'RICEVUTA', `${Causale}: ${Note}: ${exams}`);
      return { esito: OK };
    },
    Change_StatusProcessoTrasferimento: practices.change,
    Get_StatusProcessoTrasferimento: practices.status,
  };
}

function origin(practices, document) {
  return {
    Require_RefreshDatiTrasferimento: ({ IdPratica, Causale, Note }) => {
      practices.note(IdPratica, 'RICHIESTA REVISIONE', `${Causale}: ${Note}`);
      return { esito: OK };
    },
    Ret_Token: ({ IdPratica, Token }) => {
      practices.note(IdPratica, 'TOKEN', Token);
      return { esito: OK };
    },
    Get_Allegato: ({ IdPratica, IdDocumento }) =>
      IdDocumento === 'DOC1'
        ? { esito: OK, idPratica: IdPratica, idAllegato: IdDocumento, allegato: document }
        : { esito: { codEsito: 60, descEsito: 'ALLEGATO NON TROVATO' } },
    Change_StatusProcessoTrasferimento: practices.change,
    Get_StatusProcessoTrasferimento: practices.status,
  };
}

// node-soap leaves out the namespace of an element that a contract refers to in another schema.
function named(operations) {
  return Object.fromEntries(
    Object.entries(operations).map(([name, answer]) => [
      name,
      (request) => ({ [`${name}Result`]: answer(request) }),
    ]),
  );
}

function lookup(known, asked, answered) {
  return (request) => {
    const rows = known[request[asked].codiceFiscale] ?? [];
    const XSI = 'http://www.w3.org/2001/XMLSchema-instance'; // node-soap does not declare it
    const nil = { attributes: { 'xmlns:xsi': XSI, 'xsi:nil': 'true' } };
    return { [answered]: { result: rows.length ? rows : [nil] } };
  };
}

async function host(server, path, wsdl, service, port, implementation, job) {
  // [snippet node-server]
  const text = await (await fetch(wsdl)).text();
  const services = { [service]: { [port]: implementation } };
  let listener;
  await new Promise((ready, failed) => { // its schemas are read first
    const callback = (error) => (error ? failed(error) : ready());
    listener = soap.listen(server, { path, services, xml: text, uri: wsdl, callback });
  });
  // [end]
  listener.authorizeConnection = (request, response) => {
    const given = `${job.user}:${job.password}`;
    const wanted = `Basic ${Buffer.from(given).toString('base64')}`;
    const right = request.headers.authorization === wanted;
    if (!right) response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="partner"' }).end();
    return right;
  };
}

export async function serve(job) {
  const server = http.createServer((_, response) => response.writeHead(404).end());
  await new Promise((listening) => server.listen(job.port, '127.0.0.1', listening));
  const practices = new Practices();
  const all = [
    ['destinazione', 'FoglioCongedoDestinazione', 'FoglioCongedoDestinazionePort',
      named(destination(practices))],
    ['provenienza', 'FoglioCongedoProvenienza', 'FoglioCongedoProvenienzaPort',
      named(origin(practices, job.document))],
    ['titoli', 'RicercaTitoloStudenteService', 'RicercaTitoloStudenteWS', {
      ricercaDatiTitoliUniversitari: lookup(
        job.titles, 'ricercaDatiTitoliStudenteElement', 'ricercaDatiTitoliStudenteResponseElement'),
    }],
    ['diplomi', 'RicercaDiplomaStudenteService', 'RicercaDiplomaStudenteWS', {
      ricercaDatiTitoliDiploma: lookup(
        job.diplomas, 'ricercaDatiDiplomiStudenteElement',
        'ricercaDatiDiplomiStudenteResponseElement'),
    }],
  ];
  for (const [path, service, port, implementation] of all) {
    await host(server, `/${path}`, job.wsdl[path], service, port, implementation, job);
  }
}
