namespace Mandate.Engine;

/// <summary>The engine's own version, as told to clients.</summary>
internal static class EngineVersion
{
    public static string Text { get; } = typeof(EngineVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
