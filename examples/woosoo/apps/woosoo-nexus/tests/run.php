<?php

// Run in a copy of what was built, before anything is changed: `test` in wheelhouse.yaml.
require __DIR__.'/../vendor/autoload.php';

use App\OrderLines;

$expect = static function (string $what, mixed $is, mixed $should): void {
    if ($is === $should) {
        echo "ok    $what", PHP_EOL;

        return;
    }
    fwrite(STDERR, "FAIL  $what: ".json_encode($is).' is not '.json_encode($should).PHP_EOL);
    exit(1);
};
$expect('a total', OrderLines::totalCents([['cents' => 250, 'count' => 2], ['cents' => 100, 'count' => 1]]), 600);
$expect('an order', OrderLines::problem(['device' => 1, 'lines' => [['dish' => 'Soup', 'cents' => 1, 'count' => 1]]]), null);
$expect('no lines', OrderLines::problem(['device' => 1, 'lines' => []]), 'lines must name at least one dish.');
