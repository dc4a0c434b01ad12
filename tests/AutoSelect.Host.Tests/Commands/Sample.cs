using AutoSelect.Planning.Inspections;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests;

/// <summary>What a device process would answer of the sample catalogue.</summary>
internal static class Sample
{
    public static Inspection Inspection { get; } = new(SampleCatalogue.Catalogue, SampleCatalogue.Workload);
}
