using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control.Cluster;

/// <summary>Tries whether a folder takes a file with something in it: a full disk still takes an empty one.</summary>
internal static partial class WritableFolder
{
    private const int NoSpaceLeft = 28;

    private const int NoQuotaLeft = 122;

    private const int ReadOnly = 30;

    private static readonly byte[] Content = new byte[16 * 1024];

    /// <summary>Why it cannot be written, without its path, which the log gets; null where it can.</summary>
    public static string? WhyNot(string folder, ILogger logger)
    {
        var path = Path.Combine(folder, $".ready-{Environment.MachineName}-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(folder);
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                BufferSize = 0,
                Options = FileOptions.DeleteOnClose,
            });
            file.Write(Content);
            file.Flush(flushToDisk: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotWritable(logger, folder, e.Message);
            return e switch
            {
                UnauthorizedAccessException => "its permissions do not allow it",
                { HResult: NoSpaceLeft } => "its disk is full",
                { HResult: NoQuotaLeft } => "its quota is used up",
                { HResult: ReadOnly } => "it is read-only",
                _ => "the system reports an error, which the log of the silo has",
            };
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The folder {Folder} cannot be written: {Reason}")]
    private static partial void LogNotWritable(ILogger logger, string folder, string reason);
}
