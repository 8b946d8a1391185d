using System.Diagnostics;

namespace Mandate.Testing;

/// <summary>A folder with a <c>package.json</c> and its lock file: installed exactly as locked before its scripts run.</summary>
public sealed class NodeProject
{
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(10);

    private NodeProject(string directory) => Directory = directory;

    /// <summary>Absolute path of the folder.</summary>
    public string Directory { get; }

    /// <summary>Opens a project of the repository and runs <c>npm ci</c> where nothing, or something older than the lock file, is installed.</summary>
    /// <param name="relativePath">Path from the repository's root, such as <c>eng/protos</c>.</param>
    /// <exception cref="InvalidOperationException">Node or npm is missing, or the installation failed.</exception>
    public static async Task<NodeProject> OpenAsync(string relativePath)
    {
        var project = new NodeProject(Path.Combine(RepositoryRoot.Path, relativePath));
        if (project.IsInstalled())
            return project;
        await using var installing = await project.LockAsync();
        if (!project.IsInstalled())
            await project.RunAsync("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error");
        return project;
    }

    /// <summary>Runs a script of the project to its end and returns its standard output.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it wrote.</exception>
    public Task<string> RunNodeAsync(params string[] arguments) => RunAsync("node", arguments);

    private bool IsInstalled()
    {
        var installed = new FileInfo(Path.Combine(Directory, "node_modules", ".package-lock.json"));
        return installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(Directory, "package-lock.json"));
    }

    // Two test processes may find nothing installed at the same moment, and `npm ci` begins by deleting what is there.
    private async Task<IAsyncDisposable> LockAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), $"mandate-npm-{Path.GetFileName(Directory)}-{Environment.UserName}.lock");
        for (var tries = 0; ; tries++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries < 6_000)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    private async Task<string> RunAsync(string command, params string[] arguments)
    {
        var what = $"'{command} {string.Join(' ', arguments)}' in {Directory}";
        var start = new ProcessStartInfo(command, arguments) { WorkingDirectory = Directory, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = StartOrExplain(start, what);
        using var patience = new CancellationTokenSource(LongestStep, TimeProvider.System);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"{what} ended with {process.ExitCode}:\n{await errors}\n{await output}");
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{what} did not end within {LongestStep}.", e);
        }
    }

    private static Process StartOrExplain(ProcessStartInfo start, string what)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"{what} could not start: install Node.js 20 or later with npm.", e);
        }
    }
}
