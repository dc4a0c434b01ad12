using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Testing;

namespace AutoSelect.Planning.Tests;

/// <summary>What a device process would answer of the sample catalogue.</summary>
internal static class Sample
{
    public static Inspection Inspection { get; } = new(SampleCatalogue.Catalogue, SampleCatalogue.Workload);

    /// <summary>Reads a job file of that path.</summary>
    public static JobFileReading Read(string text, string path, Inspection? inspection) =>
        JobFileReader.Read(new JobText(text, path, Path.GetDirectoryName(Path.GetFullPath(path))!), inspection);
}
