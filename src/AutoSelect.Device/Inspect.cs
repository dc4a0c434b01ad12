using System.Collections.Immutable;
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
            var files = new List<string>();
            var (workload, strategies, own) = Describe(workloads, request, files);
            Print(new InspectionReply
            {
                Catalogue = new Catalogue
                {
                    Strategies = strategies.Descriptions,
                    OwnStrategies = own,
                    Workloads = [.. workloads.Descriptions],
                    Devices = [.. Bf16Measurements.AddTo(HostDevices.List(ServeOptions.LibraryFolders), request.DataDirectory)],
                },
                Workload = workload,
                Files = request.Workload is { } named && (named.Assembly is null || files.Count > 0) ? [.. files.Distinct()] : null,
                Links = request.Ranks > 1 ? LinkInspection.Measure(request.Ranks, LinkSpeed.FromEnvironment()).ToJson() : null,
            });
            return 0;
        }
        catch (InputException e)
        {
            var description = WithoutData(workloads, request);
            Print(new InspectionReply { Error = e.Message, IsInputError = true, Option = e.Option, Workload = description });
            return 1;
        }
        catch (Exception e) when (e is DataUnavailableException or ArgumentException or FormatException or IOException)
        {
            Print(new InspectionReply { Error = e.Message });
            return 1;
        }
    }

    /// <summary>
    /// What a workload says of an option or of the files it names is the job's fault; a data set that cannot be had is not. Strategies are
    /// the built-in ones and those that the workload's assembly brings along.
    /// </summary>
    private static (WorkloadDescription? Workload, StrategyCatalogue Strategies, ImmutableArray<string> Own) Describe(
        WorkloadCatalogue workloads, InspectionRequest request, List<string> files)
    {
        var strategies = new StrategyCatalogue(typeof(Sgd).Assembly);
        if (request.Workload is not { } asked) return (null, strategies, []);
        // By convention, in workloads of one's own too.
        var data = asked.Options.TryGetValue("data", out var path) && Path.IsPathFullyQualified(path) ? path : null;
        if (data is not null) files.Add(data);
        try
        {
            var own = workloads.Strategies(asked);
            var all = strategies.With(own);
            var workload = workloads.Inspect(asked, request.DataDirectory, request.PrepareData, new Progress(), files);
            return (workload, all, [.. own.Select(s => s.Description.Name).Order(StringComparer.Ordinal)]);
        }
        catch (BadOptionException e)
        {
            throw new InputException(e.Message, e.Option, e);
        }
        catch (ArgumentException e)
        {
            throw new InputException(e.Message, null, e);
        }
        catch (Exception e) when (e is FormatException or InvalidDataException
            or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new InputException(e.Message, data is null ? null : "data", e);
        }
        catch (Exception e) when (asked.Assembly is not null && e is not (DataUnavailableException or IOException))
        {
            // A user's code may throw anything.
            var message = $"Workload '{asked.Name}' of '{asked.Assembly}' threw {e.GetType().Name}: {e.Message.Split('\n', 2)[0]}";
            throw new InputException(message, null, e);
        }
    }

    /// <summary>Tells at least the metric, so that an objective can be checked beside what is wrong with the data.</summary>
    private static WorkloadDescription? WithoutData(WorkloadCatalogue workloads, InspectionRequest request)
    {
        try
        {
            return workloads.Inspect(request.Workload!, request.DataDirectory, prepareData: false);
        }
        catch (Exception e) when (e is ArgumentException || request.Workload!.Assembly is not null)
        {
            return null;
        }
    }

    private sealed class InputException(string message, string? option, Exception inner) : Exception(message, inner)
    {
        public string? Option => option;
    }

    private static void Print(InspectionReply reply) => Console.Out.WriteLine(JsonSerializer.Serialize(reply, RecordJson.Options));

    /// <summary>Synchronous, so that lines keep their order.</summary>
    private sealed class Progress : IProgress<DataProgress>
    {
        public void Report(DataProgress value) =>
            Print(new InspectionReply { Progress = value.What, Bytes = value.Bytes, TotalBytes = value.Total });
    }
}
