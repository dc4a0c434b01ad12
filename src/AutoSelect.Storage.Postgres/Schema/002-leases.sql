create table devices (id text collate "C" primary key, provider text not null, description json not null);

create table demands (
    place bigint generated always as identity primary key,
    job text collate "C" not null unique,
    since bigint not null,
    demand json not null);

-- A lease is in force while it has no reason to be lost; a device has one such.
create table leases (
    token bigint primary key,
    device text collate "C" not null,
    job text collate "C" not null,
    expires bigint not null,
    provider text not null,
    price double precision not null,
    lost text,
    blameless boolean not null default false);
create unique index one_lease_a_device on leases (device) where lost is null;
create index leases_by_job on leases (job);

-- token: the last one issued. ledger: changes of devices, demands and leases so far; its row is locked by whoever makes one.
create table counters (name text primary key, value bigint not null);
insert into counters (name, value) values ('token', 0), ('ledger', 0);
