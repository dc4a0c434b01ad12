-- What a project and the users in it may use, as it was last put.
create table projects (project text collate "C" primary key, limits json not null);

-- Device seconds, as they were charged in the hour (ticks of UTC) that they ended in.
create table device_use (
    project text collate "C" not null,
    owner text collate "C" not null,
    hour bigint not null,
    seconds double precision not null,
    primary key (project, owner, hour));

alter table devices add column price double precision not null default 0;

-- admitted: since when the job may hold devices; null while it waits, which waits says the reason of. recall: what it is to give back.
alter table demands
    add column project text collate "C" not null default 'default',
    add column owner text collate "C" not null default '',
    add column admitted bigint,
    add column waits text not null default '',
    add column recall json;
update demands set admitted = since;

-- since: when it was granted. charged: up to when its time has been added to device_use.
alter table leases
    add column project text collate "C" not null default 'default',
    add column owner text collate "C" not null default '',
    add column since bigint not null default 0,
    add column charged bigint;
create index leases_by_project on leases (project) where lost is null;
