<?php
// SPDX-License-Identifier: EUPL-1.2
declare(strict_types=1);

const OK = ['codEsito' => 0, 'descEsito' => 'OK'];

$folder = getenv('PARTNER_FOLDER');
$job = json_decode(file_get_contents("$folder/job.json"), true);

/** What this side remembers of each practice: a step for each message, with what it said. */
final class Practices
{
    private array $steps;

    public function __construct(private string $file)
    {
        $this->steps = is_file($file) ? json_decode(file_get_contents($file), true) : [];
    }

    public function note(string $practice, string $state, string $words): array
    {
        $this->steps[$practice][] = [
            'Stato' => $state, 'DataTransazione' => '22/09/2026 10:11:12', 'Note' => $words];
        file_put_contents($this->file, json_encode($this->steps));
        return ['esito' => OK];
    }

    public function status(string $practice): array
    {
        if ($practice === 'GUASTO') {
            throw new SoapFault('Server', 'registro fuori servizio');
        }
        if ($practice === 'SBAGLIATA') {
            throw new SoapFault('Client', 'chiamata sbagliata');
        }
        return isset($this->steps[$practice])
            ? ['esito' => OK, 'Passi' => ['Passo' => $this->steps[$practice]]]
            : ['esito' => ['codEsito' => 1, 'descEsito' => 'PRATICA NON TROVATA: città, né così']];
    }
}

abstract class Transfers
{
    public function __construct(protected Practices $practices, protected string $document)
    {
    }

    public function Change_StatusProcessoTrasferimento(object $call): array
    {
        $words = trim(($call->Note ?? '') . ' ' . ($call->CorsoStudioCodD ?? ''));
        $result = $this->practices->note($call->IdPratica, $call->StatoChange, $words);
        return ['Change_StatusProcessoTrasferimentoResult' => $result];
    }

    public function Get_StatusProcessoTrasferimento(object $call): array
    {
        $result = $this->practices->status($call->IdPratica);
        return ['Get_StatusProcessoTrasferimentoResult' => $result];
    }
}

final class Destination extends Transfers
{
    public function Get_Offerta(object $call): array
    {
        if ($call->Anno === '1999') {
            $refusal = ['codEsito' => 7, 'descEsito' => 'OFFERTA NON PUBBLICATA'];
            return ['Get_OffertaResult' => ['esito' => $refusal]];
        }
        $code = ['_' => '0920207302400001', 'classificazione' => 'CODICIONE',
            'descrizione' => "Città & <affini> {$call->Anno}"];
        $course = ['CodiceCorsoStudi' => ['codice' => $code], 'Classe' => 'L-8',
            'TipoDiCorso' => $call->Tipo_Tit_Univ,
            'ScadenzaDomandaTrasferimento' => '30092026', 'NumeroChiuso' => 'SI'];
        $faculty = ['Cod_Tipo_Facolta' => '06', 'Desc_Tipo_Facolta' => 'Ingegneria',
            'Cdl' => ['CorsoDiStudio' => [$course]]];
        return ['Get_OffertaResult' => [
            'esito' => OK, 'Elenco_Facolta' => ['Facolta_Tipo' => [$faculty]]]];
    }

    public function Get_InfoWorkflowTrasferimento(object $call): array
    {
        return ['Get_InfoWorkflowTrasferimentoResult' => ['esito' => OK, 'InfoWorkflow' => [
            'ModalitaTrasmissione' => 'Parziale', 'ModalitaToken' => 'D',
            'AltreInfo' => 'orario: 9–12', 'GiorniCompletamento' => 45]]];
    }

    public function Put_ProcessoTrasferimento(object $call): array
    {
        $student = $call->FoglioCongedo->DatiIdentificativiStudente;
        $result = $this->practices->note(
            $call->IdPratica, 'RICEVUTA', "{$student->Cognome} {$student->DataNascita}");
        $token = str_ends_with($call->IdPratica, 'SUBITO') ? ['Token' => '58968742'] : [];
        return ['Put_ProcessoTrasferimentoResult' => $result + $token];
    }

    public function Put_DatiTrasferimento(object $call): array
    {
        $exams = 0;
        foreach ($call->FoglioCongedo->CarrieraUniversitaria->Tratta as $part) {
            $exams += count($part->EsamiSuperatiOFrequentati->Esame);
        }
        $words = "{$call->Causale}: {$call->Note}: $exams";
        $result = $this->practices->note($call->IdPratica, 'RICEVUTA', $words);
        return ['Put_DatiTrasferimentoResult' => $result];
    }
}

final class Origin extends Transfers
{
    public function Require_RefreshDatiTrasferimento(object $call): array
    {
        $words = "{$call->Causale}: {$call->Note}";
        $result = $this->practices->note($call->IdPratica, 'RICHIESTA REVISIONE', $words);
        return ['Require_RefreshDatiTrasferimentoResult' => $result];
    }

    public function Ret_Token(object $call): array
    {
        $result = $this->practices->note($call->IdPratica, 'TOKEN', $call->Token);
        return ['Ret_TokenResult' => $result];
    }

    public function Get_Allegato(object $call): array
    {
        $result = $call->IdDocumento === 'DOC1'
            ? ['esito' => OK, 'idPratica' => $call->IdPratica, 'idAllegato' => 'DOC1',
                'allegato' => $this->document] // its base64 is PHP's business
            : ['esito' => ['codEsito' => 60, 'descEsito' => 'ALLEGATO NON TROVATO']];
        return ['Get_AllegatoResult' => $result];
    }
}

final class Registry
{
    public function __construct(private array $titles, private array $diplomas)
    {
    }

    public function ricercaDatiTitoliUniversitari(object $call): array
    {
        $rows = $this->titles[$call->ricercaDatiTitoliStudenteElement->codiceFiscale] ?? [null];
        return ['ricercaDatiTitoliStudenteResponseElement' => ['result' => $rows]];
    }

    public function ricercaDatiTitoliDiploma(object $call): array
    {
        $rows = $this->diplomas[$call->ricercaDatiDiplomiStudenteElement->codiceFiscale] ?? [null];
        return ['ricercaDatiDiplomiStudenteResponseElement' => ['result' => $rows]];
    }
}

$right = ($_SERVER['PHP_AUTH_USER'] ?? '') === $job['user']
    && ($_SERVER['PHP_AUTH_PW'] ?? '') === $job['password'];
if (!$right) {
    http_response_code(401);
    header('WWW-Authenticate: Basic realm="partner"');
    exit;
}
$name = trim(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH), '/');
$practices = new Practices("$folder/practices.json");
$service = match ($name) {
    'destinazione' => new Destination($practices, ''),
    'provenienza' => new Origin($practices, base64_decode($job['document'])),
    default => new Registry($job['titles'], $job['diplomas']),
};
// [snippet php-server]
$server = new SoapServer($job['wsdl'][$name], [
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
    'cache_wsdl' => WSDL_CACHE_DISK,
]);
$server->setObject($service);
$server->handle();
// [end]
