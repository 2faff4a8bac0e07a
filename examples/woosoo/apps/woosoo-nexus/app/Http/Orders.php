<?php

namespace App\Http;

use App\Jobs\PrintReceipt;
use App\OrderLines;
use Woosoo\Framework\Application;
use Woosoo\Framework\Queue;

final class Orders
{
    public function __construct(private readonly Application $app) {}

    /** @return array{int, array<string, mixed>} */
    public function index(): array
    {
        $orders = $this->app->database()
            ->query('SELECT id, device_id, total_cents, state FROM orders ORDER BY id DESC LIMIT 50')
            ->fetchAll();

        return [200, ['orders' => $orders]];
    }

    /**
     * @param array<string, mixed> $input
     * @return array{int, array<string, mixed>}
     */
    public function store(array $input): array
    {
        $problem = OrderLines::problem($input);
        if ($problem !== null) {
            return [422, ['message' => $problem]];
        }
        $database = $this->app->database();
        $device = $database->prepare('SELECT id FROM devices WHERE id = ?');
        $device->execute([$input['device']]);
        if ($device->fetch() === false) {
            return [422, ['message' => 'There is no such device.']];
        }
        $total = OrderLines::totalCents($input['lines']);
        $database->beginTransaction();
        $database->prepare('INSERT INTO orders (device_id, lines_json, total_cents) VALUES (?, ?, ?)')
            ->execute([$input['device'], json_encode($input['lines'], JSON_THROW_ON_ERROR), $total]);
        $id = (int) $database->lastInsertId();
        (new Queue($this->app))->push(PrintReceipt::class, ['order' => $id]);
        $database->commit();

        return [201, ['id' => $id, 'totalCents' => $total]];
    }
}
