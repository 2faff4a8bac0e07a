<?php

namespace Woosoo\Framework;

/** Jobs in a table: taken once, even by two workers side by side while one release follows another. */
final class Queue
{
    public function __construct(private readonly Application $app) {}

    /** @param array<string, mixed> $payload */
    public function push(string $job, array $payload): void
    {
        $this->app->database()
            ->prepare('INSERT INTO jobs (job, payload) VALUES (?, ?)')
            ->execute([$job, json_encode($payload, JSON_THROW_ON_ERROR)]);
    }

    /** Works on one job. False when none waits. */
    public function workOne(): bool
    {
        $database = $this->app->database();
        $database->beginTransaction();
        $row = $database->query('SELECT id, job, payload FROM jobs ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED')->fetch();
        if ($row === false) {
            $database->commit();

            return false;
        }
        try {
            (new $row['job']($this->app))->handle(json_decode($row['payload'], true, 512, JSON_THROW_ON_ERROR));
        } catch (\Throwable $error) {
            $database->prepare('INSERT INTO failed_jobs (job, payload, error) VALUES (?, ?, ?)')
                ->execute([$row['job'], $row['payload'], substr($error->getMessage(), 0, 500)]);
        }
        $database->prepare('DELETE FROM jobs WHERE id = ?')->execute([$row['id']]);
        $database->commit();

        return true;
    }
}
