<?php

namespace Woosoo\Framework;

use PDO;

/** The app in one folder: its config, cached or not, and its database. */
final class Application
{
    /** @var array<string, array<string, mixed>> */
    private array $config;
    private ?PDO $database = null;

    public function __construct(public readonly string $path)
    {
        $cached = $this->path.'/bootstrap/cache/config.php';
        $this->config = is_file($cached) ? require $cached : $this->readConfig();
    }

    /** @return array<string, array<string, mixed>> */
    public function readConfig(): array
    {
        $values = Environment::read($this->path.'/.env');
        $env = static fn (string $name, string $usual = ''): string => $values[$name] ?? $usual;
        $config = [];
        foreach (glob($this->path.'/config/*.php') ?: [] as $file) {
            $config[basename($file, '.php')] = require $file;
        }

        return $config;
    }

    public function config(string $key): mixed
    {
        [$file, $name] = explode('.', $key, 2);

        return $this->config[$file][$name] ?? null;
    }

    /** The next call of `database` connects anew. */
    public function disconnect(): void
    {
        $this->database = null;
    }

    public function database(): PDO
    {
        return $this->database ??= new PDO(
            sprintf(
                'mysql:host=%s;port=%d;dbname=%s;charset=utf8mb4',
                $this->config('database.host'),
                $this->config('database.port'),
                $this->config('database.name'),
            ),
            $this->config('database.username'),
            $this->config('database.password'),
            [
                PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
                PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
                PDO::ATTR_TIMEOUT => 3,
            ],
        );
    }
}
