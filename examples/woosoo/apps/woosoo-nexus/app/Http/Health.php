<?php

namespace App\Http;

use Woosoo\Framework\Application;

final class Health
{
    public function __construct(private readonly Application $app) {}

    /** @return array{int, array<string, string>} */
    public function show(): array
    {
        try {
            $this->app->database()->query('SELECT 1')->fetch();
            $database = 'up';
        } catch (\PDOException) {
            $database = 'down';
        }

        return [$database === 'up' ? 200 : 503, [
            'status' => $database === 'up' ? 'ok' : 'failing',
            'database' => $database,
            'version' => $this->app->config('app.version'),
        ]];
    }
}
