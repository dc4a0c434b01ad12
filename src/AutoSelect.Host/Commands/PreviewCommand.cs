using System.CommandLine;
using System.Text.Json;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Control.Borrowing;
using AutoSelect.Host.Control.Borrowing.Settings;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Planning.Previews;
using AutoSelect.Storage;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect preview JOB.yaml</c></summary>
internal static class PreviewCommand
{
    public static Command Create(CommandTree tree)
    {
        var file = new Argument<string>("JOB.yaml") { Description = "The job file." };
        var prior = PriorOption.Create(isShipped: true);
        var providers = ProvidersOption.Create();
        return tree.Bind(
            new Command("preview", "Shows candidates and predicted costs of a job without training.") { file, prior, providers },
            async (parsed, input) =>
        {
            var surroundings = tree.Surroundings;
            if (input.Server is { } server)
            {
                var path = parsed.GetValue(file)!;
                using var client = new ApiClient(server);
                var asked = await SubmissionOptions.ReadFile(path, surroundings.Interruption.Requested);
                Write(surroundings, input, await SubmitCommand.Told(path, () => client.PreviewJob(asked)));
                return ExitCodes.ObjectiveMet;
            }
            var plan = await surroundings.Plan(parsed.GetValue(file)!);
            var earlier = await surroundings.Archive.Earlier(input.Store);
            var sources = new LearningSources(new ControlPaths(input.Store), parsed.IsShipped(prior));
            var preview = JobPreview.FromPlan(plan, earlier, sources.Read(earlier));
            if (ProvidersOption.Read(parsed.GetValue(providers)) is { } borrowing)
                preview = preview with { Borrowing = await Foresee(preview, borrowing, input, surroundings.Interruption.Requested) };
            Write(surroundings, input, preview);
            return ExitCodes.ObjectiveMet;
        });
    }

    /// <summary>Beside the devices that a run of the job would start on this machine.</summary>
    private static async Task<BorrowingPreview> Foresee(
        JobPreview preview, BorrowingSettings settings, CommandInput input, CancellationToken ct)
    {
        var paths = new ControlPaths(input.Store);
        await using var keys = new SqliteKeyStore(paths.Keys);
        var parts = new BorrowingParts(settings.OfStore(paths.Root), paths, keys, TimeProvider.System);
        parts.Asks();
        var own = HostDevices.List(DeviceExecutable.LibraryFolders()).Take(RunCommand.Options(input, preview.Spec).Devices);
        var pool = new PoolFacts(
            TimeProvider.System.GetUtcNow(), [], [.. own.Select(d => new DeviceStatus { Device = d })], ProjectBook.Empty, UseBook.Empty);
        return await new BorrowingForesight(parts, new SharingOptions(), TimeProvider.System).Foresee(preview, pool, ct);
    }

    private static void Write(Surroundings surroundings, CommandInput input, JobPreview preview)
    {
        if (input.Json) surroundings.Terminal.Output.WriteLine(JsonSerializer.Serialize(preview, RecordJson.Indented));
        else PreviewText.Write(preview, surroundings.Terminal.Output);
    }
}
