-- least: 1
-- Jobs whose leases, admission or recall have changed, with the ledger's count of changes then. What older builds change stands in it not:
-- jobs look by themselves too, though seldom.
create table lease_changes (job text collate "C" primary key, version bigint not null);
create index lease_changes_by_version on lease_changes (version);
