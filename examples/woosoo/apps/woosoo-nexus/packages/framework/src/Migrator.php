<?php

namespace Woosoo\Framework;

/** Applies database/migrations in their order, each once. A migration answers its statements. */
final class Migrator
{
    public function __construct(private readonly Application $app) {}

    /** @param callable(string): void $say */
    public function run(callable $say): int
    {
        $database = $this->app->database();
        $database->exec('CREATE TABLE IF NOT EXISTS migrations (name VARCHAR(200) PRIMARY KEY, batch INT NOT NULL)');
        $done = $database->query('SELECT name FROM migrations')->fetchAll(\PDO::FETCH_COLUMN);
        $batch = 1 + (int) $database->query('SELECT COALESCE(MAX(batch), 0) FROM migrations')->fetchColumn();
        $count = 0;
        foreach (glob($this->app->path.'/database/migrations/*.php') ?: [] as $file) {
            $name = basename($file, '.php');
            if (in_array($name, $done, true)) {
                continue;
            }
            foreach (require $file as $statement) {
                $database->exec($statement);
            }
            $database->prepare('INSERT INTO migrations (name, batch) VALUES (?, ?)')->execute([$name, $batch]);
            $say(sprintf('  %s ... DONE', $name));
            $count++;
        }

        return $count;
    }
}
