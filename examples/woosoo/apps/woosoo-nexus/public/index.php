<?php

use Woosoo\Framework\Router;

try {
    $app = require __DIR__.'/../bootstrap/app.php';
    $path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) ?: '/';
    [$status, $answer] = (new Router($app))->dispatch($_SERVER['REQUEST_METHOD'], $path, file_get_contents('php://input'));
} catch (Throwable $error) {
    // What went wrong is for the log: an answer with it would tell strangers about the inside.
    error_log($error->getMessage());
    [$status, $answer] = [500, ['message' => 'Something failed inside. The log of the service says what.']];
}
http_response_code($status);
header('content-type: application/json');
echo json_encode($answer);
