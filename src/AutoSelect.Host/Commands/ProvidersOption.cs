using System.CommandLine;
using AutoSelect.Host.Control.Borrowing.Settings;

namespace AutoSelect.Host.Commands;

/// <summary><c>--providers FILE</c></summary>
internal static class ProvidersOption
{
    private const string Name = "--providers";

    public static Option<string?> Create() => new(Name)
    {
        Description = "Settings of the schedulers that devices are borrowed from, as in examples/providers.yaml; default none.",
        HelpName = "FILE",
    };

    /// <param name="file">The option's value.</param>
    /// <returns>Null where the option is not given.</returns>
    /// <exception cref="CommandFault">The file cannot be read or breaks rules; the message has one line an error.</exception>
    public static BorrowingSettings? Read(string? file)
    {
        if (file is null) return null;
        try
        {
            return ProvidersFile.ReadFile(file);
        }
        catch (ArgumentException e)
        {
            throw new CommandFault(ExitCodes.BadInput, e.Message);
        }
    }
}
