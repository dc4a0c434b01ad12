using System.Net.Sockets;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>What errors of a server and of the way to it mean.</summary>
internal static class PostgresFaults
{
    /// <summary>idle_in_transaction_session_timeout.</summary>
    private const string IdleInTransactionTimeout = "25P03";

    /// <summary>The connection is gone, whatever became of what was asked; another one may do.</summary>
    public static bool IsOfConnection(Exception e) => e switch
    {
        PostgresException p => p.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.IdleSessionTimeout or IdleInTransactionTimeout,
        // Where no connection could be made at all there is no other one to be had.
        NpgsqlException n => n.InnerException is IOException or EndOfStreamException,
        _ => false,
    };

    /// <summary>Another transaction got in its way; nothing was stored.</summary>
    public static bool IsOfOthers(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <summary>A text has a character that the server cannot keep: U+0000, or half of a pair.</summary>
    public static bool IsOfValue(Exception e) => e is PostgresException
    {
        SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter,
    };

    /// <summary>What is wrong, and what to do.</summary>
    public static string Rule(Exception e) => e switch
    {
        PostgresException p => p.SqlState switch
        {
            PostgresErrorCodes.DiskFull => "the server's disk is full; free some space, jobs go on by themselves",
            PostgresErrorCodes.TooManyConnections =>
                "the server has no connection left; raise its max_connections or lower Maximum Pool Size",
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => "the server was shut down",
            PostgresErrorCodes.CannotConnectNow => "the server is starting up or shutting down",
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                "the server does not take this user name and password",
            PostgresErrorCodes.InvalidCatalogName => "the server has no such database; create it, with encoding UTF8",
            PostgresErrorCodes.InsufficientPrivilege => $"the user may not do that ({p.MessageText})",
            PostgresErrorCodes.ReadOnlySqlTransaction => "it is read-only, as a standby server is",
            _ => $"{p.MessageText} (SQLSTATE {p.SqlState})",
        },
        TimeoutException or NpgsqlException { InnerException: TimeoutException } => "the server does not answer in time",
        NpgsqlException { InnerException: SocketException socket } => $"the server cannot be reached ({socket.Message})",
        NpgsqlException { InnerException: IOException io } => $"the connection to the server broke ({io.Message})",
        _ => e.Message,
    };
}
