using System.Reflection;

namespace Mandate.Temporal;

/// <summary>How the SDK names itself to servers.</summary>
internal static class SdkInfo
{
    internal const string Name = "mandate-dotnet";

    internal static string Version { get; } = typeof(SdkInfo).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
