namespace Mandate.Acceptance.Tests.Support;

/// <summary>The built program, of the same configuration as these tests.</summary>
internal static class ProgramPath
{
    public static string Executable { get; } = Find();

    private static string Find()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var (framework, configuration) = (output.Name, output.Parent!.Name);
        for (var at = output; at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "Mandate.slnx")))
                continue;
            var path = Path.Combine(at.FullName, "src", "Mandate", "bin", configuration, framework, OperatingSystem.IsWindows() ? "mandate.exe" : "mandate");
            return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is not built");
        }

        throw new InvalidOperationException($"No Mandate.slnx above {output}");
    }
}
