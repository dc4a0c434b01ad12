using System.CommandLine;

namespace AutoSelect.Host.Commands;

/// <summary>The commands that work with a server as they do with a store.</summary>
internal static class ServerCommands
{
    private static readonly string[] Names =
    [
        "submit", "follow", "preview", "explain", "jobs", "show", "report", "export", "logs", "dashboard",
        "pause", "resume", "cancel", "stop", "commit", "delete", "extend", "add", "devices", "queue", "audit",
        // Of keys and projects.
        "create", "list", "revoke", "secret", "limit",
    ];

    public static bool Contains(Command command) => Names.Contains(command.Name);
}
