using System.Text;
using Spectre.Console;

namespace AutoSelect.Host.Commands;

/// <summary>Where commands write: results to output, errors and progress to error.</summary>
internal sealed class Terminal
{
    public required TextWriter Output { get; init; }
    public required TextWriter Error { get; init; }

    /// <summary>Draws live views; null where output is no terminal.</summary>
    public IAnsiConsole? Live { get; init; }

    /// <summary>Draws progress bars; null where standard error is no terminal.</summary>
    public IAnsiConsole? LiveError { get; init; }

    /// <summary>The process's own.</summary>
    public static Terminal OfProcess()
    {
        var isDumb = System.Environment.GetEnvironmentVariable("TERM") is "dumb" or "";
        return new Terminal
        {
            Output = Console.Out,
            Error = Console.Error,
            Live = Console.IsOutputRedirected || isDumb ? null : Drawing(Console.Out),
            LiveError = Console.IsErrorRedirected || isDumb ? null : Drawing(Console.Error),
        };
    }

    private static IAnsiConsole Drawing(TextWriter writer)
    {
        // Sparklines and bars are no ASCII, and .NET follows a locale that may not say UTF-8.
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
    }
}
