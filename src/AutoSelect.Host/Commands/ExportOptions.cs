using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Exports.Mlflow;
using AutoSelect.Host.Exports.TensorBoard;

namespace AutoSelect.Host.Commands;

/// <summary>The options of <c>autoselect export</c> that show a job on the pages of other programs.</summary>
internal sealed class ExportOptions(CommandTree tree)
{
    private readonly Option<string?> tensorBoard = new("--tensorboard")
    {
        Description = "Folder for event files of TensorBoard: one of the job in it, with a run for each trial; given again, they grow.",
        HelpName = "DIR",
    };

    private readonly Option<string?> mlflow = new("--mlflow")
    {
        Description = "Address of an MLflow tracking server that the job and its trials are sent to; sent again, what is new is. Let in by "
            + $"${MlflowAddress.Token}, or ${MlflowAddress.User} and ${MlflowAddress.Password}.",
        HelpName = "URL",
    };

    private readonly Option<string> experiment = new("--mlflow-experiment")
    {
        Description = "Name of the experiment there; default AutoSelect. It is made where there is none.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "AutoSelect",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[tensorBoard, mlflow, experiment]) command.Add(option);
    }

    public bool AreGiven(ParseResult parsed) => parsed.GetValue(tensorBoard) is not null || parsed.GetValue(mlflow) is not null;

    /// <summary>Does what was asked for.</summary>
    /// <exception cref="CommandFault">A value is none, or the server does not do it.</exception>
    public async Task Write(ParseResult parsed, NamedJob job)
    {
        var surroundings = tree.Surroundings;
        var address = parsed.GetValue(mlflow) is { } server ? Address(server, surroundings.Variable) : null;
        var events = await surroundings.Archive.Events(job.Input.Store, job.Record.Id);
        if (parsed.GetValue(tensorBoard) is { } folder)
        {
            var written = EventFiles.Write(events, folder);
            Say(job, new { TensorBoard = written.Folder, written.Trials, written.Values },
                $"{Wording.Count(written.Trials, "trial")} with {Wording.Count(written.Values, "value")} in {written.Folder}: "
                + $"tensorboard --logdir {written.Folder}");
        }
        if (address is null) return;
        try
        {
            using var client = new MlflowClient(address);
            var sent = await MlflowExport.Send(client, parsed.GetValue(experiment)!, events, surroundings.Interruption.Requested);
            Say(job, new { Mlflow = address.ToString(), sent.Experiment, sent.Run, sent.Runs, sent.Values },
                $"{Wording.Count(sent.Runs, "run")} with {Wording.Count(sent.Values, "new value")} in experiment {sent.Experiment} of "
                + $"{address}, below run {sent.Run}");
        }
        catch (MlflowException e)
        {
            throw new CommandFault(ExitCodes.Environment, e.Message);
        }
    }

    private static MlflowAddress Address(string text, Func<string, string?> variable)
    {
        try
        {
            return MlflowAddress.Parse(text, variable);
        }
        catch (ArgumentException e)
        {
            throw new CommandFault(ExitCodes.BadInput, $"--mlflow: {e.Message}.");
        }
    }

    private static void Say<T>(NamedJob job, T document, string text) =>
        job.Terminal.Output.WriteLine(job.Input.Json ? JsonSerializer.Serialize(document, RecordJson.Options) : text);
}
