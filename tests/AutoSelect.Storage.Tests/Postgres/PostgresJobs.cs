using AutoSelect.Contracts;
using AutoSelect.Storage.Postgres;

namespace AutoSelect.Storage.Tests.Postgres;

internal static class PostgresJobs
{
    public static Task<PostgresStore> Open(string connection, TimeProvider? time = null) =>
        PostgresStore.Open(connection, time, TestContext.Current.CancellationToken);

    public static Task<JobId> Create(PostgresStore store)
    {
        var spec = Samples.Spec("job");
        return store.Jobs.Create(spec, Samples.Start, id => (Samples.Submitted(id, spec), Samples.Summary(id)));
    }
}
