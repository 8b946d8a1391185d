namespace Mandate.Acceptance.Tests.Support;

/// <summary>Built programs of the repository, of the same configuration as these tests.</summary>
internal static class ProgramPath
{
    public static string Executable { get; } = Find("src/Mandate", "mandate");

    /// <summary>The benchmarks that run a load, and print what they measured.</summary>
    public static string Load => Find("bench/Mandate.Load", "Mandate.Load");

    private static string Find(string project, string name)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var (framework, configuration) = (output.Name, output.Parent!.Name);
        for (var at = output; at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "Mandate.slnx")))
                continue;
            var path = Path.Combine(at.FullName, project, "bin", configuration, framework, OperatingSystem.IsWindows() ? $"{name}.exe" : name);
            return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is not built");
        }

        throw new InvalidOperationException($"No Mandate.slnx above {output}");
    }
}
