namespace Mandate.Load.Cascade;

/// <summary>What is measured.</summary>
/// <param name="Workflows">Workflows in the tree.</param>
/// <param name="Fanout">Children of each.</param>
/// <param name="Transport">How our worker and client reach the engine.</param>
/// <param name="Rotations">Rotations that are measured.</param>
/// <param name="WarmUp">Rotations before that.</param>
/// <param name="Peer">Whether the TypeScript SDK does the same afterwards.</param>
internal sealed record CascadeRun(int Workflows, int Fanout, TransportKind Transport, int Rotations, TimeSpan WarmUp, bool Peer);
