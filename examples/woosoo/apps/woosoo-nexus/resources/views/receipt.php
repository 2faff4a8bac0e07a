<h1><?= htmlspecialchars($name) ?></h1>
