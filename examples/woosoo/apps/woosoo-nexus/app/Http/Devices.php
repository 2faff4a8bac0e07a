<?php

namespace App\Http;

use Woosoo\Framework\Application;

final class Devices
{
    public function __construct(private readonly Application $app) {}

    /** @return array{int, array<string, mixed>} */
    public function index(): array
    {
        $devices = $this->app->database()->query('SELECT id, name, place FROM devices ORDER BY id')->fetchAll();

        return [200, ['devices' => $devices]];
    }
}
