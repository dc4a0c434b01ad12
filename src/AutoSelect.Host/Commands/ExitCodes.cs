using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary>What a script can tell from the exit code.</summary>
internal static class ExitCodes
{
    public const int ObjectiveMet = 0;
    public const int ObjectiveMissed = 1;
    public const int BadInput = 2;
    public const int JobFailed = 3;
    public const int Environment = 4;
    public const int Cancelled = 5;
    public const int JobInterrupted = 6;
    public const int Interrupted = 130;

    /// <summary>For --help.</summary>
    public const string Text = """
        Exit codes:
          0    the objective was met, or the command did what it was asked
          1    the job ended without meeting its objective
          2    bad input: the job file, a file that it names, or the arguments
          3    the job failed: every candidate did, or an unexpected error ended it
          4    the environment: a data set to download, a device process or storage is unavailable
          5    the job was cancelled
          6    the job was paused by nobody: storage failed, or its devices went to others; it can be resumed
          130  interrupted by Ctrl-C; a job was paused and can be resumed
        """;

    /// <summary>Of a job that is no longer followed.</summary>
    public static int ForRecord(JobRecord record) => record.Phase switch
    {
        JobPhase.Completed => record.Outcome?.ObjectiveMet == true ? ObjectiveMet : ObjectiveMissed,
        JobPhase.Failed => JobFailed,
        JobPhase.Cancelled => Cancelled,
        JobPhase.Paused => record.IsInterrupted ? JobInterrupted : Interrupted,
        // Nobody paused it and it has not ended: the control side went away.
        _ => Environment,
    };
}

/// <summary>Ends a command with a message on standard error and an exit code.</summary>
internal sealed class CommandFault(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;
}
