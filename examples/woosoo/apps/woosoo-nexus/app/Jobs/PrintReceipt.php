<?php

namespace App\Jobs;

use Woosoo\Framework\Application;

/** Writes the receipt of an order and tells the tablets through the WebSocket server. */
final class PrintReceipt
{
    public function __construct(private readonly Application $app) {}

    /** @param array{order: int} $payload */
    public function handle(array $payload): void
    {
        $database = $this->app->database();
        $found = $database->prepare('SELECT id, lines_json, total_cents FROM orders WHERE id = ?');
        $found->execute([$payload['order']]);
        $order = $found->fetch();
        if ($order === false) {
            throw new \RuntimeException('The order is gone.');
        }
        $folder = $this->app->path.'/storage/app/receipts';
        if (! is_dir($folder)) {
            mkdir($folder, 0o750, true);
        }
        $lines = json_decode($order['lines_json'], true, 512, JSON_THROW_ON_ERROR);
        $text = implode("\n", array_map(static fn (array $line): string => "{$line['count']} x {$line['dish']}", $lines));
        file_put_contents("$folder/{$order['id']}.txt", sprintf("%s\nTotal %.2f\n", $text, $order['total_cents'] / 100));
        $database->prepare("UPDATE orders SET state = 'printed' WHERE id = ?")->execute([$order['id']]);
        $this->tell(['event' => 'order.printed', 'order' => (int) $order['id'], 'text' => $text]);
    }

    /** @param array<string, mixed> $event */
    private function tell(array $event): void
    {
        $body = json_encode($event, JSON_THROW_ON_ERROR);
        $url = sprintf('http://%s:%d/events', $this->app->config('reverb.host'), $this->app->config('reverb.port'));
        $signature = hash_hmac('sha256', $body, $this->app->config('reverb.secret'));
        $answer = @file_get_contents($url, false, stream_context_create(['http' => [
            'method' => 'POST',
            'header' => "content-type: application/json\r\nx-signature: $signature",
            'content' => $body,
            'timeout' => 3,
        ]]));
        if ($answer === false) {
            throw new \RuntimeException('The WebSocket server did not take the event.');
        }
    }
}
