namespace Mandate.Temporal.Tests.Support;

/// <summary>How client and worker reach the engine.</summary>
public enum Transport
{
    InProcess,
    Grpc,
}
