using System.Diagnostics;
using System.Globalization;
using Mandate.Testing;
using Npgsql;

namespace Mandate.Audit.Tests;

/// <summary>
/// A PostgreSQL server of Debian's package, with a data directory of its own, that listens on a socket in it only and ends with the tests. Run by root it runs as the user <c>postgres</c>, as the
/// server refuses to run as root.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"mandate-pg-{Guid.NewGuid():N}");
    private readonly List<string> _output = [];
    private Process? _process;
    private string _programs = "";
    private int _databases;

    /// <summary>Durable as in production; the tests turn it off, as no test cuts the power.</summary>
    public bool IsDurable { get; init; }

    public async Task InitializeAsync()
    {
        var programs = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => int.Parse(Path.GetFileName(d), CultureInfo.InvariantCulture)).Select(d => Path.Combine(d, "bin")).FirstOrDefault()
            : null;
        if (programs is null)
            throw new InvalidOperationException("PostgreSQL is missing: eng/test.sh installs it (apt-get install postgresql-15).");

        Directory.CreateDirectory(_directory);
        if (IsRoot)
            Run("chown", "postgres", _directory);
        _programs = programs;
        Run([.. AsPostgres, Path.Combine(programs, "initdb"), "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]);
        await StartAsync();
    }

    /// <summary>Starts the server, also again after <see cref="StopAsync"/>.</summary>
    public async Task StartAsync()
    {
        string[] settings =
        [
            "-c", "listen_addresses=", "-c", $"unix_socket_directories={_directory}", "-c", "max_connections=200",
            .. IsDurable ? (string[])["-c", "max_wal_size=4GB", "-c", "shared_buffers=256MB"] : ["-c", "fsync=off", "-c", "synchronous_commit=on", "-c", "full_page_writes=off"],
        ];
        _process = Start([.. AsPostgres, Path.Combine(_programs, "postgres"), "-D", Data, .. settings]);
        await Eventually.BecomesAsync(CanConnectAsync, "PostgreSQL takes connections");
    }

    /// <summary>Stops the server; its data stay.</summary>
    public async Task StopAsync()
    {
        if (_process is { HasExited: false } process)
        {
            // SIGINT: fast shutdown. The process is the server itself, as the programs before it replace themselves.
            Run("kill", "-INT", process.Id.ToString(CultureInfo.InvariantCulture));
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }

        _process?.Dispose();
        _process = null;
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Connection string of a new, empty database.</summary>
    public string CreateDatabase()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"ledger_{Interlocked.Increment(ref _databases)}");
        using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        connection.Open();
        using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        create.ExecuteNonQuery();
        return ConnectionString(name);
    }

    private string Data => Path.Combine(_directory, "data");

    private static bool IsRoot => Environment.UserName == "root";

    private static string[] AsPostgres => IsRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];

    private string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host={_directory};Username=postgres;Database={database};Pooling=true;Maximum Pool Size=20");

    private async Task<bool> CanConnectAsync()
    {
        if (_process!.HasExited)
            throw new InvalidOperationException($"PostgreSQL ended: {string.Join('\n', _output)}");
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static void Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command[0]} failed: {error.Result}");
    }

    private Process Start(string[] command)
    {
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        process.ErrorDataReceived += Keep;
        process.OutputDataReceived += Keep;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;

        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (_output)
            {
                if (line.Data is { } text && _output.Count < 200)
                    _output.Add(text);
            }
        }
    }
}
