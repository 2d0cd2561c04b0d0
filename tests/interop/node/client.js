// SPDX-License-Identifier: EUPL-1.2
import soap from 'soap';

// A foglio as node-soap takes one: the text of an element with attributes is its $value.
function shaped(value) {
  if (Array.isArray(value)) return value.map(shaped);
  if (value === null || typeof value !== 'object') return value;
  if ('#text' in value) {
    const { '#text': text, ...attributes } = value;
    return { attributes, $value: text };
  }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shaped(part)]));
}

// The two lookups wrap their parameters twice.
const WRAPPED = {
  ricercaDatiTitoliUniversitari: 'ricercaDatiTitoliStudenteElement',
  ricercaDatiTitoliDiploma: 'ricercaDatiDiplomiStudenteElement',
};

function parameters({ operation, with: given, values }) {
  if (operation in WRAPPED) return { [WRAPPED[operation]]: given };
  const { MiurAteneoChiamante, IdPratica, ...rest } = given;
  const before = { MiurAteneoChiamante };
  if (IdPratica !== undefined) before.IdPratica = IdPratica;
  // What comes first in the contract comes first here: the order of the keys is that of the XML.
  return { ...before, ...(values ? { FoglioCongedo: shaped(values) } : {}), ...rest };
}

function refused(error) {
  const fault = error.root?.Envelope?.Body?.Fault;
  const status = error.response?.status;
  if (fault) {
    return { fault: { code: fault.faultcode.split(':').pop(), text: fault.faultstring }, status };
  }
  return { error: error.message, status };
}

export async function call(job) {
  // [snippet node]
  const client = await soap.createClientAsync(job.wsdl);
  client.setSecurity(new soap.BasicAuthSecurity(job.user, job.password));
  // [end]
  for (const [name, value] of Object.entries(job.headers ?? {})) client.addHttpHeader(name, value);
  const answers = [];
  for (const one of job.calls) {
    try {
      const [result] = await client[`${one.operation}Async`](parameters(one));
      answers.push({ result: Object.values(result ?? {})[0] ?? null, status: 200 });
    } catch (error) {
      answers.push(refused(error));
    }
  }
  return answers;
}
