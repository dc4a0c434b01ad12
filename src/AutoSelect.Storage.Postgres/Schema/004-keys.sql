-- API keys: the key itself is nowhere, its SHA-256 in hex is what it is found by.
create table keys (
    id text collate "C" primary key,
    digest text collate "C" not null unique,
    created bigint not null,
    description json not null);
