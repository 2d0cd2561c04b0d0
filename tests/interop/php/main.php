<?php
// SPDX-License-Identifier: EUPL-1.2
// Takes a job as one line of JSON, does it, and prints what came of it as one line of JSON.
declare(strict_types=1);

require __DIR__ . '/client.php';

$job = json_decode(fgets(STDIN), true, flags: JSON_THROW_ON_ERROR);
if ($job['do'] === 'call') {
    echo json_encode(call($job), JSON_THROW_ON_ERROR), "\n";
    exit(0);
}
// PHP's own server reads a script for each request: the job and the practices lie in a folder.
$folder = sys_get_temp_dir() . '/congedo-interop-' . getmypid();
mkdir($folder, 0700);
file_put_contents("$folder/job.json", json_encode($job));
$command = [PHP_BINARY, '-d', "soap.wsdl_cache_dir=$folder", '-d', 'display_errors=0',
    '-S', "127.0.0.1:{$job['port']}", __DIR__ . '/server.php'];
$quiet = ['file', "$folder/log", 'a'];
$server = proc_open($command, [1 => $quiet, 2 => $quiet], $pipes, null,
    ['PARTNER_FOLDER' => $folder] + getenv());
do {
    usleep(20_000);
    $wire = @fsockopen('127.0.0.1', $job['port'], timeout: 1);
} while ($wire === false && proc_get_status($server)['running']);
echo json_encode(['ready' => $wire !== false]), "\n";
while (fgets(STDIN) !== false) {
}
proc_terminate($server);
array_map(unlink(...), glob("$folder/*"));
rmdir($folder);
