<?php

namespace Woosoo\Framework;

/** Routes to "Class@method", as a table that can be cached. */
final class Router
{
    /** @var list<array{string, string, string}> */
    private array $routes;

    public function __construct(private readonly Application $app)
    {
        $cached = $app->path.'/bootstrap/cache/routes.php';
        $this->routes = is_file($cached) ? require $cached : require $app->path.'/routes/api.php';
    }

    /** @return list<array{string, string, string}> */
    public function routes(): array
    {
        return $this->routes;
    }

    /** @return array{int, array<mixed>} */
    public function dispatch(string $method, string $path, string $body): array
    {
        foreach ($this->routes as [$verb, $route, $action]) {
            if ($verb !== $method || $route !== $path) {
                continue;
            }
            [$class, $name] = explode('@', $action);
            $input = $body === '' ? [] : json_decode($body, true);
            if (! is_array($input)) {
                return [400, ['message' => 'The body is not JSON.']];
            }

            return (new $class($this->app))->{$name}($input);
        }

        return [404, ['message' => "There is no $method $path."]];
    }
}
