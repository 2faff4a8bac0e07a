<?php

return [
    'CREATE TABLE cache (name VARCHAR(200) PRIMARY KEY, value MEDIUMTEXT NOT NULL)',
    'CREATE TABLE jobs (id BIGINT AUTO_INCREMENT PRIMARY KEY, job VARCHAR(200) NOT NULL, payload TEXT NOT NULL)',
    'CREATE TABLE failed_jobs (
        id BIGINT AUTO_INCREMENT PRIMARY KEY,
        job VARCHAR(200) NOT NULL,
        payload TEXT NOT NULL,
        error VARCHAR(500) NOT NULL
    )',
];
