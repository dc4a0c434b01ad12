using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Strategies;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Workloads;

namespace AutoSelect.Device;

/// <summary>Answers what can be run here, makes a workload's data ready and measures links, without training.</summary>
internal static class Inspect
{
    public static int Run(string source)
    {
        var text = source == "-" ? Console.In.ReadToEnd() : File.ReadAllText(source);
        var request = JsonSerializer.Deserialize<InspectionRequest>(text, RecordJson.Options)!;
        var workloads = new WorkloadCatalogue();
        try
        {
            Print(new InspectionReply
            {
                Catalogue = new Catalogue
                {
                    Strategies = [.. new StrategyCatalogue(typeof(Sgd).Assembly).Descriptions],
                    Workloads = [.. workloads.Descriptions],
                    Devices = [.. Bf16Measurements.AddTo(HostDevices.List(ServeOptions.LibraryFolders), request.DataDirectory)],
                },
                Workload = request.Workload is { } asked ? workloads.Inspect(asked, request.DataDirectory, request.PrepareData, new Progress()) : null,
                Links = request.Ranks > 1 ? LinkInspection.Measure(request.Ranks, LinkSpeed.FromEnvironment()).ToJson() : null,
            });
            return 0;
        }
        catch (Exception e) when (e is DataUnavailableException or ArgumentException or FormatException or InvalidDataException or IOException)
        {
            Print(new InspectionReply { Error = e.Message, IsInputError = e is ArgumentException });
            return 1;
        }
    }

    private static void Print(InspectionReply reply) => Console.Out.WriteLine(JsonSerializer.Serialize(reply, RecordJson.Options));

    /// <summary>Synchronous, so that lines keep their order.</summary>
    private sealed class Progress : IProgress<DataProgress>
    {
        public void Report(DataProgress value) =>
            Print(new InspectionReply { Progress = value.What, Bytes = value.Bytes, TotalBytes = value.Total });
    }
}
