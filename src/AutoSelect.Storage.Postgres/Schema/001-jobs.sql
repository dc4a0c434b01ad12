-- Times are ticks of UTC (100 ns), as the programs compare them: timestamptz would round them to microseconds.

-- How often a name has been used for an id; not taken back when a job is deleted.
create table names (name text collate "C" primary key, used bigint not null);

-- version: number of the job's last event. Whoever appends names the one that it stands on, and locks the row with it.
create table jobs (
    id text collate "C" primary key,
    name text not null,
    workload text not null,
    phase text not null,
    submitted bigint not null,
    version bigint not null,
    summary json not null,
    labels jsonb not null generated always as (coalesce((summary -> 'labels')::jsonb, '{}')) stored,
    project text collate "C" not null generated always as (coalesce(summary ->> 'project', 'default')) stored,
    owner text collate "C" not null generated always as (coalesce(summary ->> 'owner', '')) stored);
create index jobs_by_time on jobs (submitted, id);
create index jobs_by_phase on jobs (phase, submitted, id);
create index jobs_by_workload on jobs (workload, submitted, id);
create index jobs_by_project on jobs (project, submitted, id);
create index jobs_by_owner on jobs (owner, submitted, id);
create index jobs_by_label on jobs using gin (labels jsonb_path_ops);

create table submissions (submission text collate "C" primary key, job text not null, time bigint not null);

-- json, not jsonb: the text stays as it was written, to the last digit.
create table events (
    job text collate "C" not null,
    number bigint not null,
    time bigint not null,
    at double precision not null,
    kind text not null,
    trial text,
    change json not null,
    primary key (job, number));
