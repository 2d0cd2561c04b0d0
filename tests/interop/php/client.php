<?php
// SPDX-License-Identifier: EUPL-1.2
declare(strict_types=1);

/** A foglio as PHP takes one: the text of an element with attributes is called "_". */
function shaped(mixed $value): mixed
{
    if (!is_array($value)) {
        return $value;
    }
    if (isset($value['#text'])) {
        $value['_'] = $value['#text'];
        unset($value['#text']);
        return $value;
    }
    return array_map(shaped(...), $value);
}

/** The two lookups wrap their parameters twice. */
const WRAPPED = [
    'ricercaDatiTitoliUniversitari' => 'ricercaDatiTitoliStudenteElement',
    'ricercaDatiTitoliDiploma' => 'ricercaDatiDiplomiStudenteElement',
];

function parameters(array $call): array
{
    if (isset(WRAPPED[$call['operation']])) {
        return [WRAPPED[$call['operation']] => $call['with']];
    }
    $values = isset($call['values']) ? ['FoglioCongedo' => shaped($call['values'])] : [];
    return $call['with'] + $values;
}

/** JSON has no bytes. */
function printable(mixed $value): mixed
{
    if (is_object($value) || is_array($value)) {
        return array_map(printable(...), (array) $value);
    }
    return is_string($value) && !preg_match('//u', $value)
        ? ['base64' => base64_encode($value)] : $value;
}

function call(array $job): array
{
    // [snippet php]
    $client = new SoapClient($job['wsdl'], [
        'login' => $job['user'],
        'password' => $job['password'],
        'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
        'cache_wsdl' => WSDL_CACHE_NONE,
        'trace' => true,
    ]);
    // [end]
    $answers = [];
    foreach ($job['calls'] as $call) {
        try {
            $answer = $client->__soapCall($call['operation'], [parameters($call)]);
            $said = ['result' => printable(current((array) $answer))];
        } catch (SoapFault $fault) {
            $code = (string) preg_replace('/^.*:/', '', $fault->faultcode);
            $said = $code === 'HTTP' || str_contains($fault->getMessage(), 'SOAP-ERROR')
                ? ['error' => $fault->getMessage()]
                : ['fault' => ['code' => $code, 'text' => $fault->faultstring]];
        }
        preg_match('~^HTTP/\S+ (\d+)~', (string) $client->__getLastResponseHeaders(), $found);
        $answers[] = $said + ['status' => (int) ($found[1] ?? 0)];
    }
    return $answers;
}
