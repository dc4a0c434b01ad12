-- Members of clusters. Every change but a sign of life raises the version of its cluster by one, and is refused when another came first.
create table clusters (id text primary key, version integer not null default 0);

create table silos (
    cluster text not null references clusters (id) on delete cascade,
    address text not null,
    status integer not null,
    -- The version that the row was written with.
    row_version integer not null,
    host text not null,
    name text not null,
    role text not null,
    gateway_port integer not null,
    update_zone integer not null,
    fault_zone integer not null,
    -- Ticks of UTC by the silo's own clock.
    started bigint not null,
    alive bigint not null,
    -- The same sign of life by the clock of the database, which all silos can compare.
    heard timestamptz not null default clock_timestamp(),
    -- Who suspects it and since when: [{"silo": "…", "time": ticks}, …].
    suspects json not null,
    primary key (cluster, address));
