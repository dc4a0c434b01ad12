using System.CommandLine;
using AutoSelect.Checkpoints;

namespace AutoSelect.Host.Commands;

/// <summary><c>--checkpoints URI</c></summary>
internal static class CheckpointsOption
{
    /// <param name="byDefault">The place where it is not given.</param>
    public static Option<string?> Create(string byDefault) => new("--checkpoints")
    {
        Description = "Where checkpoints and weights of new jobs go: a folder that all devices see under this path, or "
            + $"s3://bucket/prefix?endpoint=https://host&region=name; default {byDefault}. Credentials come from the environment of the "
            + "control side and of every device, or from the files of AWS.",
        HelpName = "URI",
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            try
            {
                // A relative path counts from here, as those of other options do.
                var isPath = !text.Contains(':', StringComparison.Ordinal);
                return CheckpointStores.Normalized(isPath ? Path.GetFullPath(text) : text);
            }
            catch (ArgumentException e)
            {
                result.AddError($"--checkpoints: {e.Message.Split(" (Parameter")[0]}");
                return null;
            }
        },
    };
}
