using AutoSelect.Contracts;
using AutoSelect.Grains;

namespace AutoSelect.Host.Control;

/// <summary>Reads a store without a silo, also while a control process writes it.</summary>
internal sealed class JobArchive : IJobArchive
{
    public IReadOnlyList<JobRecord> List(string store) => Read(store, reader => reader.List()) ?? [];

    public JobRecord? Find(string store, JobId id) => Read(store, reader => reader.Find(id));

    private static T? Read<T>(string store, Func<JobStoreReader, T?> read) where T : class
    {
        var path = new ControlPaths(store).Database;
        return File.Exists(path) ? read(new JobStoreReader(path)) : null;
    }
}
