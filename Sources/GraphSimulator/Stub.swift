enum GraphSimulatorStub {}
